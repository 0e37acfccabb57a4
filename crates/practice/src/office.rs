//! The practice office: who works in it, what its papers and stamps look like.
//!
//! All names of people, offices and codes are invented (`H99` is no assigned code). The drafts are
//! laid out by Decree 30/2020 Annex I, so that everything that finds its place in a real document
//! finds it here.

mod letter;

pub use letter::Letter;

/// A person who signs or works at a desk.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Họ tên.
    pub name: &'static str,
    /// Chức vụ as in the certificate.
    pub title: &'static str,
    /// Quyền hạn as printed above the signature.
    pub competence: &'static str,
    /// Chức vụ as printed.
    pub position: &'static str,
    /// The picture of the handwritten signature, PNG with transparency.
    pub signature: &'static [u8],
}

/// An office that takes part in the exercise.
#[derive(Debug, Clone, Copy)]
pub struct Office {
    /// OrganId.
    pub id: &'static str,
    /// Name, also in the certificate of its seal.
    pub name: &'static str,
    /// The two lines at the head of its papers.
    pub head: [&'static str; 2],
    /// The office above it.
    pub in_charge: &'static str,
    /// Địa danh.
    pub place: &'static str,
    /// Address.
    pub address: &'static str,
    /// Notation of its letters.
    pub notation: &'static str,
    /// Who signs.
    pub leader: Person,
    /// The clerk's name.
    pub clerk: &'static str,
    /// The picture of its seal, PNG with transparency.
    pub seal: &'static [u8],
    /// The seal's true diameter in mm.
    pub seal_mm: f64,
    /// Its system on the axis.
    pub system: &'static str,
}

/// The commune's People's Committee: the desks of the exercise.
pub const COMMUNE: Office = Office {
    id: "000.00.15.H99",
    name: "UBND xã An Hòa",
    head: ["ỦY BAN NHÂN DÂN", "XÃ AN HÒA"],
    in_charge: "UBND tỉnh Mẫu Sơn",
    place: "An Hòa",
    address: "Số 1 đường Trung tâm, xã An Hòa, tỉnh Mẫu Sơn",
    notation: "UBND-VP",
    leader: Person {
        name: "Vi Đức Thuận",
        title: "Chủ tịch",
        competence: "TM. ỦY BAN NHÂN DÂN",
        position: "CHỦ TỊCH",
        signature: include_bytes!("../assets/chu-ky-chu-tich.png"),
    },
    clerk: "Lò Thị Mai",
    seal: include_bytes!("../assets/con-dau-xa.png"),
    seal_mm: 36.0,
    system: "vxp.tap.01",
};

/// The department that writes to the commune and gets its answer.
pub const DEPARTMENT: Office = Office {
    id: "000.00.07.H99",
    name: "Sở Nội vụ",
    head: ["UBND TỈNH MẪU SƠN", "SỞ NỘI VỤ"],
    in_charge: "UBND tỉnh Mẫu Sơn",
    place: "Mẫu Sơn",
    address: "Số 20 đường Hùng Vương, phường Mẫu Sơn, tỉnh Mẫu Sơn",
    notation: "SNV-VTLT",
    leader: Person {
        name: "Lương Bích Ngà",
        title: "Giám đốc",
        competence: "",
        position: "GIÁM ĐỐC",
        signature: include_bytes!("../assets/chu-ky-giam-doc.png"),
    },
    clerk: "Nguyễn Văn Bình",
    seal: include_bytes!("../assets/con-dau-so.png"),
    seal_mm: 36.0,
    system: "vxp.tap.02",
};

/// The other organs of the practice directory: identifier and name.
pub const NEIGHBOURS: [(&str, &str); 8] = [
    ("000.00.00.H99", "UBND tỉnh Mẫu Sơn"),
    ("000.00.01.H99", "Văn phòng UBND tỉnh Mẫu Sơn"),
    ("000.00.05.H99", "Sở Tài chính"),
    ("000.00.06.H99", "Sở Y tế"),
    ("000.00.08.H99", "Sở Nông nghiệp và Môi trường"),
    ("000.00.09.H99", "Sở Giáo dục và Đào tạo"),
    ("000.00.16.H99", "UBND xã Nà Lùng"),
    ("000.00.17.H99", "UBND xã An Hoà Thượng"),
];

/// What the department asks the communes for, one letter each: subject and paragraphs.
pub const REQUESTS: [(&str, &[&str]); 3] = [
    (
        "V/v báo cáo kết quả số hóa hồ sơ, giấy tờ năm 2026",
        &[
            "Thực hiện kế hoạch về số hóa hồ sơ, giấy tờ trong giải quyết thủ tục hành chính, Sở Nội vụ đề nghị Ủy ban nhân dân các xã, phường báo cáo kết quả thực hiện năm 2026 với các nội dung: số hồ sơ đã số hóa, tỷ lệ so với kế hoạch; tình hình trang bị máy quét, chữ ký số chuyên dùng công vụ; khó khăn, vướng mắc và kiến nghị.",
            "Báo cáo gửi về Sở Nội vụ qua Trục liên thông văn bản quốc gia để tổng hợp, báo cáo Ủy ban nhân dân tỉnh./.",
        ],
    ),
    (
        "V/v cử cán bộ tham dự tập huấn công tác văn thư, lưu trữ",
        &[
            "Sở Nội vụ tổ chức lớp tập huấn nghiệp vụ văn thư, lưu trữ điện tử cho công chức văn thư các xã, phường. Đề nghị Ủy ban nhân dân xã cử 01 công chức tham dự và gửi danh sách về Sở.",
            "Rất mong nhận được sự phối hợp của quý cơ quan./.",
        ],
    ),
    (
        "V/v rà soát danh sách người được cấp chứng thư chữ ký số",
        &[
            "Đề nghị Ủy ban nhân dân xã rà soát danh sách người được cấp chứng thư chữ ký số chuyên dùng công vụ; thu hồi chứng thư của người đã chuyển công tác và đề nghị cấp mới khi cần.",
            "Kết quả rà soát gửi về Sở Nội vụ để tổng hợp./.",
        ],
    ),
];

/// The commune's answer to the first request.
pub const ANSWER: (&str, &[&str]) = (
    "V/v báo cáo công tác văn thư và số hóa hồ sơ năm 2026",
    &[
        "Thực hiện đề nghị của Sở Nội vụ về việc báo cáo kết quả số hóa hồ sơ, giấy tờ năm 2026, Ủy ban nhân dân xã An Hòa báo cáo như sau:",
        "1. Số hồ sơ đã số hóa là 4.128 hồ sơ, đạt 103 % kế hoạch năm; toàn bộ hồ sơ tiếp nhận từ ngày 01 tháng 3 được số hóa ngay khi tiếp nhận.",
        "2. Xã được trang bị 02 máy quét và 05 chữ ký số chuyên dùng công vụ; văn bản đi từ tháng 9 được ký số và gửi hoàn toàn trên môi trường điện tử.",
        "3. Đề nghị Sở Nội vụ tiếp tục tập huấn nghiệp vụ lưu trữ điện tử cho công chức cấp xã.",
        "Ủy ban nhân dân xã An Hòa báo cáo để Sở Nội vụ tổng hợp./.",
    ],
);

#[cfg(test)]
mod tests {
    use trien_pdf::{Limits, Pdf};

    use super::*;

    #[test]
    fn letters_are_clean_one_page_drafts() {
        for office in [COMMUNE, DEPARTMENT] {
            let (subject, paragraphs) = ANSWER;
            let letter = Letter {
                office: &office,
                subject,
                to: "Sở Nội vụ",
                paragraphs,
                year: 2026,
            };
            let pdf = letter.write().unwrap();
            let opened = Pdf::open(pdf.as_slice(), Limits::default()).unwrap();
            assert_eq!(opened.revisions().len(), 1);
            assert_eq!(opened.latest().pages().unwrap().len(), 1);
            assert!(opened.unaccounted().unwrap().is_empty());
        }
    }
}
