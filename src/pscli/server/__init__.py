"""The desk over HTTP: every operation is an endpoint, none of them is written twice."""
