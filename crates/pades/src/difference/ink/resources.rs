//! What a content stream names: fonts, states, images and forms (ISO 32000-2 7.8.3).

use std::collections::BTreeMap;
use std::rc::Rc;

use trien_pdf::{Dict, Object, ReadAt, Rect, Stream};

use super::face::Face;
use super::state::State;
use super::{Matrix, Painter, Stop};
use crate::difference::content::Token;

impl<S: ReadAt> Painter<'_, S> {
    /// `/BBox` and `/Matrix` of a form XObject.
    pub(super) fn frame(&self, stream: &Stream) -> Result<(Option<Rect>, Matrix), Stop> {
        let bbox = match self.view.get(&stream.dict, "BBox")? {
            Object::Null => None,
            bbox => Some(Rect::from_object(&bbox)?),
        };
        let matrix = match self.view.get(&stream.dict, "Matrix")? {
            Object::Array(items) => {
                let six: Vec<f64> = items.iter().filter_map(Object::as_number).collect();
                Matrix::of(&six).ok_or(Stop::NotFollowed)?
            }
            _ => Matrix::IDENTITY,
        };
        Ok((bbox, matrix))
    }

    pub(super) fn graphics_state(
        &self,
        resources: &Dict,
        operands: &[Token],
        state: &mut State,
    ) -> Result<(), Stop> {
        let entry = self.resource(resources, "ExtGState", operands)?;
        let entry = entry.as_dict().ok_or(Stop::NotFollowed)?;
        let number = |key| self.view.get(entry, key).map(|value| value.as_number());
        state.fill_alpha = number("ca")?.unwrap_or(state.fill_alpha);
        state.stroke_alpha = number("CA")?.unwrap_or(state.stroke_alpha);
        state.width = number("LW")?.unwrap_or(state.width);
        if let Some(mode) = entry.get("BM") {
            let mode = self.view.resolve(mode)?;
            let mode = mode.as_array().and_then(<[Object]>::first).unwrap_or(&mode);
            state.multiplies = mode.as_name().is_some_and(|name| *name == "Multiply");
        }
        Ok(())
    }

    /// The colour space that `cs` names: grey, light and process inks tell how light a colour is.
    pub(super) fn colour_space(
        &self,
        resources: &Dict,
        operands: &[Token],
        state: &mut State,
    ) -> Result<(), Stop> {
        const DEVICE: [&[u8]; 3] = [b"DeviceGray", b"DeviceRGB", b"DeviceCMYK"];
        const MEASURED: [&str; 3] = ["CalGray", "CalRGB", "ICCBased"];
        let device = name_of(operands).is_some_and(|name| DEVICE.contains(&name));
        let tells = device || {
            let space = self.resource(resources, "ColorSpace", operands)?;
            let family = space
                .as_array()
                .and_then(<[Object]>::first)
                .unwrap_or(&space);
            let family = family.as_name().and_then(|name| name.as_str());
            family.is_some_and(|family| {
                MEASURED.contains(&family) || DEVICE.contains(&family.as_bytes())
            })
        };
        state.colour_space(tells);
        Ok(())
    }

    /// The font that `Tf` names, read once for each content stream.
    pub(super) fn face(
        &self,
        resources: &Dict,
        operands: &[Token],
        known: &mut BTreeMap<Vec<u8>, Rc<Face>>,
    ) -> Result<Rc<Face>, Stop> {
        let name = name_of(operands).ok_or(Stop::NotFollowed)?;
        if let Some(face) = known.get(name) {
            return Ok(Rc::clone(face));
        }
        let font = self.resource(resources, "Font", operands)?;
        let face = Face::read(self.view, font.as_dict().ok_or(Stop::NotFollowed)?)?;
        let face = Rc::new(face);
        known.insert(name.to_vec(), Rc::clone(&face));
        Ok(face)
    }

    /// The resource of `kind` that the operands name.
    pub(super) fn resource(
        &self,
        resources: &Dict,
        kind: &str,
        operands: &[Token],
    ) -> Result<Object, Stop> {
        let name = name_of(operands).ok_or(Stop::NotFollowed)?;
        let all = self.view.get(resources, kind)?;
        let entry = all.as_dict().and_then(|all| all.get_bytes(name));
        Ok(self.view.resolve(entry.unwrap_or(&Object::Null))?)
    }
}

fn name_of(operands: &[Token]) -> Option<&[u8]> {
    operands.iter().find_map(|token| match token {
        Token::Name(name) => Some(name.as_slice()),
        _ => None,
    })
}
