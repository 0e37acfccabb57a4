//! HTTP: the axis client.
