//! Opening PDFs strictly, with what people are told where that fails.

use trien_pdf::{Limits, Pdf, PdfError};

use crate::error::Result;

/// Opens a PDF that may be signed or sealed.
///
/// # Errors
/// `NotAPdf`, `PdfJunkBeforeHeader`, `PdfEncrypted`, `PdfBroken`.
pub fn open(bytes: &[u8]) -> Result<Pdf<&[u8]>> {
    match Pdf::open(bytes, Limits::default()) {
        Ok(pdf) if pdf.encrypted() => Err(PdfError::Encrypted.into()),
        Ok(pdf) => Ok(pdf),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn what_is_no_pdf_is_told_from_a_pdf_with_junk_before_it() {
        assert_eq!(
            open(b"PK\x03\x04").err().map(|e| e.code),
            Some(ErrorCode::NotAPdf)
        );
        assert_eq!(
            open(b"junk %PDF-1.7").err().map(|e| e.code),
            Some(ErrorCode::PdfJunkBeforeHeader)
        );
        assert_eq!(
            open(b"%PDF-1.7\n1 0 obj").err().map(|e| e.code),
            Some(ErrorCode::PdfBroken)
        );
    }
}
