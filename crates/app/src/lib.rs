//! What we do: the use cases.
