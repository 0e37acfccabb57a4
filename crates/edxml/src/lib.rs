//! edXML bytes to and from the domain.
