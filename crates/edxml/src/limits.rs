//! Bounds on what a package may cost: it comes from outside, so every dimension has one.

/// The bounds of one read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole package.
    pub package_bytes: usize,
    /// Bytes of XML, or of one part that is XML, without the long runs of base64 in it: what is held in memory.
    pub xml_bytes: usize,
    /// Nesting of elements; the standard's own tree is 8 deep.
    pub depth: usize,
    /// Elements in the whole package.
    pub elements: usize,
    /// Attributes of one element.
    pub attributes: usize,
    /// Attachments.
    pub attachments: usize,
    /// Bytes of one attachment after decoding and unwrapping.
    pub attachment_bytes: usize,
    /// Bytes of all attachments together.
    pub total_bytes: usize,
    /// How many times larger than its compressed form an unwrapped entry may be.
    pub zip_ratio: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Gateways in use stop at 50 MB a file; base64 makes that 67 MB, and there is a margin.
            package_bytes: 128 << 20,
            // Two hundred files that are each too short to be left out have 13 MB.
            xml_bytes: 16 << 20,
            // Four times the standard's tree, for envelopes of gateways around it.
            depth: 32,
            // A package to every province with all fields has about 4,000.
            elements: 50_000,
            // The .NET dialect has six.
            attributes: 32,
            // A dossier has tens; every one is a file to keep.
            attachments: 200,
            attachment_bytes: 96 << 20,
            total_bytes: 128 << 20,
            // Deflate cannot pass 1:1032; office files and text stay below 1:100.
            zip_ratio: 200,
        }
    }
}
