"""Files made of insights: the same bytes for the same record, without clock, network or disk (I5).

Every form says the zone, the period and whether it is over; every figure is the record's.
"""
