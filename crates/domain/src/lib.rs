//! The trade's words and rules; pure.
