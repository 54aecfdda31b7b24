"""
The use cases: every change to the record is made by a function here.

Each takes keyword arguments only, `actor` first and `now` last; does all its work in one
`transaction`; asks `require` before it acts; leaves an audit entry; and returns what it made or
raises a `RegistryError`. A use case never calls a use case.
"""
