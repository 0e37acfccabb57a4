//! Who signed, and what that makes of the file: cryptography that holds says nothing of the right person.

use crate::report::{Legal, Reason, ReasonCode, Role, Signature, SignatureKind, Verdict};

/// Decree 30/2020 art. 5: an original carries the signature of the competent person and of the
/// organisation, in this order (art. 32.2.d: the organisation signs only what that person has signed);
/// with the organisation's alone it is a copy at best.
pub(super) fn legal(verdict: Verdict, signatures: &[Signature]) -> Legal {
    if !matches!(verdict, Verdict::Valid | Verdict::ValidWithPermittedChanges) {
        return Legal::InformationOnly;
    }
    match (
        first(signatures, Role::Person),
        last(signatures, Role::Organisation),
    ) {
        (Some(person), Some(seal)) if person < seal => Legal::Original,
        (None, Some(_)) => Legal::Copy,
        _ => Legal::InformationOnly,
    }
}

/// What a careful reader is told of the signers.
pub(super) fn doubts(signatures: &[Signature]) -> Vec<Reason> {
    let mut doubts = Vec::new();
    if let (Some(person), Some(seal)) = (
        first(signatures, Role::Person),
        last(signatures, Role::Organisation),
    ) && seal < person
    {
        let field = signatures.get(seal).map(|seal| seal.field.clone());
        doubts.push(Reason::new(
            ReasonCode::SealBeforeSignature,
            field.unwrap_or_default(),
        ));
    }
    for signature in signatures {
        let Some(signer) = &signature.signer else {
            continue;
        };
        let names = [&signer.common_name, &signer.title, &signer.organization];
        if names.into_iter().flatten().any(|name| imitates(name)) {
            doubts.push(Reason::new(
                ReasonCode::NameImitates,
                signature.field.clone(),
            ));
        }
    }
    doubts
}

fn first(signatures: &[Signature], role: Role) -> Option<usize> {
    signatures.iter().position(|signature| is(signature, role))
}

fn last(signatures: &[Signature], role: Role) -> Option<usize> {
    signatures.iter().rposition(|signature| is(signature, role))
}

fn is(signature: &Signature, role: Role) -> bool {
    signature.kind == SignatureKind::Signature && signature.role == role
}

/// Whether a name has letters that only look like those of Vietnamese, or marks that are not seen
/// (Unicode TR 36: visual spoofing).
fn imitates(name: &str) -> bool {
    name.chars().any(|letter| {
        let latin = matches!(letter, '\u{0}'..='\u{24f}' | '\u{300}'..='\u{36f}' | '\u{1e00}'..='\u{1eff}');
        let unseen = matches!(letter,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        unseen || (letter.is_alphabetic() && !latin)
    })
}

#[cfg(test)]
mod tests {
    use super::imitates;

    #[test]
    fn names_that_imitate() {
        assert!(!imitates("Nguyễn Văn Bình") && !imitates("ỦY BAN NHÂN DÂN XÃ AN HÒA – VP"));
        assert!(imitates("Nguyễn Văn В\u{ec}nh"), "a Cyrillic В");
        assert!(imitates("Nguyễn\u{200b} Văn Bình") && imitates("Ｎguyễn"));
    }
}
