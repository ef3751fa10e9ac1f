"""Operations: one function is one use case, one transaction, one endpoint."""
