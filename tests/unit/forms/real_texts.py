"""What real people and companies are called, and how they write where they live."""

# ruff: noqa: E501, RUF001

NAMES = [
    "Ada", "Zoë", "Siân", "Søren", "Łukasz", "Dvořák", "Þórdís", "Nguyễn Thị Ngọc Ánh", "José María", "Gómez-Peña",
    "O'Brien", "O\u2019Connor", "d'Arc", "'t Hart", "van der Berg", "St. John", "St.John", "Ma.Teresa", "J. R. R.", "Jr.",
    "Martin (Marty)", "Smith, PhD", "Ng", "X", "Müller & Söhne", "Hawaiʻi", "Kealiʻi", "İbrahim", "Ağaoğlu", "Đorđe",
    "Αλέξανδρος", "Наталія", "Мар'яна", "Щербаков", "Ցանկալի", "გიორგი", "שרה כהן", "בן־דוד", "محمد", "عبد الله",
    "علی\u200cرضا", "زهرا", "अमित कुमार", "श्री", "क्\u200dष", "প্রিয়া", "ਗੁਰਪ੍ਰੀਤ", "ગીતા", "தமிழ்ச்செல்வி", "లక్ష్మి", "ಕನ್ನಡ",
    "മോഹൻലാൽ", "ශ්\u200dරී", "สมชาย", "ສົມສັກ", "အောင်ဆန်း", "ពិសិដ្ឋ", "བསྟན་འཛིན", "ᠮᠣᠩᠭᠣᠯ", "王小明", "葛\U000e0100城", "𠮷田",
    "山田 太郎", "やまだ", "ジョン・スミス", "김민준", "አበበ", "Mⁿ", "Ngũgĩ wa Thiong’o", "!Xóõ", "ǂKhomani", "Anne‑Marie",
]  # fmt: skip
COMPANIES = [
    "Acme Ltd.", "AT&T", "Booking.com", "Amazon.com, Inc.", "3M", "Yahoo!", "A/S Dansk", "Fish + Chips", "100% Natural",
    "Sp. z o.o.", "Toys “R” Us", "C&A [Mode]", "E*TRADE", "株式会社 東京", "C# Builders", "Nr. 5 = Five", "#1 Hosting", "µTorrent",
    "(주) 한국", "Say \"Hi\"", "50:50 Partners", "www",
]  # fmt: skip
LINES = [
    "12 St James's Square", "Flat 3/2, 5 High St.", "c/o Smith", "Str.nr/5", "ul. Długa 5 m. 3", "Apt. #4", "-", "--",
    "Rua 25 de Março, nº 10", "東京都千代田区1-1", "Box @ the corner", "NY", "SW1Y 4JH", "1234-567", "P.O. Box 5 - North",
]  # fmt: skip
ANSWERS = [
    "I <3 you",
    "a < b > c",
    "@ada",
    "+1 (202) 555-0143",
    "-5",
    "see https://example.com",
    "{ x }",
    "-Great!\n(really)",
]
