//! How the words of `domain` stand in columns: instants as milliseconds, dates as `yyyy-MM-dd`,
//! states as words that a person can read in the file.

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime};
use trien_domain::{
    CopyForm, DeliveryState, DocumentId, NumberState, Operation, OrganId, OutgoingState, SendState,
    StatusCode, Urgency,
};

const DAY: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day]");

/// A type that stands in one column.
pub(crate) trait Column: Sized {
    fn value(&self) -> Value;
    fn of(value: ValueRef<'_>) -> FromSqlResult<Self>;
}

/// A value on its way into or out of a column; the orphan rule asks for the wrapper.
pub(crate) struct Sql<T>(pub T);

impl<T: Column> ToSql for Sql<&T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(self.0.value()))
    }
}

impl<T: Column> FromSql for Sql<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        T::of(value).map(Sql)
    }
}

/// A value as a parameter.
pub(crate) fn sql<T: Column>(value: &T) -> Value {
    value.value()
}

/// A value that may be missing as a parameter.
pub(crate) fn opt<T: Column>(value: Option<&T>) -> Value {
    value.map_or(Value::Null, Column::value)
}

/// A text as a parameter, composed (NFC).
pub(crate) fn nfc(text: &str) -> Value {
    Value::Text(trien_domain::text::compose(text))
}

/// A column of a row.
pub(crate) fn get<T: Column>(row: &Row<'_>, name: &str) -> rusqlite::Result<T> {
    Ok(row.get::<_, Sql<T>>(name)?.0)
}

/// A column of a row that may be NULL.
pub(crate) fn get_opt<T: Column>(row: &Row<'_>, name: &str) -> rusqlite::Result<Option<T>> {
    Ok(row.get::<_, Option<Sql<T>>>(name)?.map(|value| value.0))
}

/// A word that this version does not know: the file was written by a later one or is damaged.
pub(crate) fn unknown(text: &str) -> FromSqlError {
    FromSqlError::Other(format!("unknown value {text:?}").into())
}

/// Makes an enum of words stand in a TEXT column.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $crate::columns::Column for $type {
            fn value(&self) -> rusqlite::types::Value {
                let word = match self { $($type::$variant => $word),+ };
                rusqlite::types::Value::Text(word.to_owned())
            }
            fn of(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok($type::$variant),)+
                    other => Err($crate::columns::unknown(other)),
                }
            }
        }
    };
}

/// Makes a row identifier: AUTOINCREMENT, so that one is never given twice.
macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $crate::columns::Column for $name {
            fn value(&self) -> rusqlite::types::Value {
                rusqlite::types::Value::Integer(self.0)
            }
            fn of(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    };
}

pub(crate) use {row_id, words};

words!(SendState {
    Waiting = "waiting",
    Sending = "sending",
    Sent = "sent",
    Unclear = "unclear",
    Failed = "failed",
});

words!(DeliveryState {
    Pending = "pending",
    OnAxis = "on_axis",
    Fetched = "fetched",
    Failed = "failed",
});

words!(NumberState {
    Reserved = "reserved",
    Used = "used",
    Void = "void",
});

words!(CopyForm {
    TrueCopy = "sao_y",
    OfCopy = "sao_luc",
    Extract = "trich_sao",
});

words!(OutgoingState {
    Draft = "draft",
    Prepared = "prepared",
    HandedOver = "handed_over",
    Returned = "returned",
    Signed = "signed",
    Numbered = "numbered",
    Sealed = "sealed",
    WaitingSend = "waiting_send",
    Sent = "sent",
});

impl Column for OffsetDateTime {
    fn value(&self) -> Value {
        let ms = self.unix_timestamp() * 1000 + i64::from(self.millisecond());
        Value::Integer(ms)
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let ns = i128::from(value.as_i64()?) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(ns).map_err(FromSqlError::other)
    }
}

impl Column for Date {
    fn value(&self) -> Value {
        let (year, month, day) = (self.year(), u8::from(self.month()), self.day());
        Value::Text(format!("{year:04}-{month:02}-{day:02}"))
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Date::parse(value.as_str()?, DAY).map_err(FromSqlError::other)
    }
}

impl Column for OrganId {
    fn value(&self) -> Value {
        nfc(self.as_str())
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        OrganId::new(text).ok_or_else(|| unknown(text))
    }
}

impl Column for DocumentId {
    // Byte for byte, not composed: the identifier is compared as the sender wrote it.
    fn value(&self) -> Value {
        Value::Text(self.as_str().to_owned())
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        DocumentId::new(text).ok_or_else(|| unknown(text))
    }
}

impl Column for StatusCode {
    fn value(&self) -> Value {
        Value::Text(self.digits().to_owned())
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        StatusCode::from_digits(text).ok_or_else(|| unknown(text))
    }
}

impl Column for Operation {
    fn value(&self) -> Value {
        Value::Integer(i64::from(self.code()))
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let code = value.as_i64()?;
        u8::try_from(code)
            .ok()
            .and_then(Operation::from_code)
            .ok_or_else(|| unknown(&code.to_string()))
    }
}

impl Column for Urgency {
    fn value(&self) -> Value {
        Value::Integer(i64::from(self.code()))
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Urgency::from_code(
            u8::try_from(value.as_i64()?).unwrap_or(0),
        ))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    fn there_and_back<T: Column>(value: &T) -> T {
        let stored = value.value();
        T::of(ValueRef::from(&stored)).unwrap()
    }

    #[test]
    fn instants_keep_their_milliseconds_before_1970_too() {
        for at in [
            datetime!(2026-11-22 03:04:05.678 UTC),
            datetime!(1969-12-31 23:59:59.250 UTC),
        ] {
            assert_eq!(there_and_back(&at), at);
        }
    }

    #[test]
    fn dates_sort_as_text() {
        let day = date!(2026 - 01 - 09);
        assert_eq!(day.value(), Value::Text("2026-01-09".into()));
        assert_eq!(there_and_back(&day), day);
    }

    #[test]
    fn an_unknown_word_is_refused_not_guessed() {
        assert!(SendState::of(ValueRef::Text(b"flying")).is_err());
    }
}
