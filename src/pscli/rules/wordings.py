"""The sentences of mails in English, Japanese and Indonesian (T2)."""

from typing import NamedTuple


class Wording(NamedTuple):
    """The sentences of one language; what stands in braces is filled in."""

    greeting: str
    quarter: str
    ordinals: tuple[str, str, str, str]
    decimal: str
    digest_subject: str
    digest_intro: str
    never: str
    never_admins: str
    rarely: str
    rarely_admins: str
    not_set_up: str
    read: str
    digest_close: str
    digest_footer: str
    reply_intro: str
    reply_cut: str
    reply_attached: str
    reply_solved: str
    reply_how: str
    follow_up: str
    reply_footer: str


WORDINGS = {
    "en": Wording(
        greeting="Hello {name},",
        quarter="the {ordinal} quarter of {year}",
        ordinals=("first", "second", "third", "fourth"),
        decimal=".",
        digest_subject="What {team} hardly used in {quarter}",
        digest_intro=(
            "In {quarter}, {team} hardly used the features below. Your team has them already."
        ),
        never="Active people who used it: none of {among}.",
        never_admins="Admins who used it: none of {among}.",
        rarely="Active people who used it: {people} of {among} ({percent} %).",
        rarely_admins="Admins who used it: {people} of {among} ({percent} %).",
        not_set_up="Not set up yet.",
        read="Read more:",
        digest_close="If you would like help with one of them, ask us:",
        digest_footer=(
            "You get this mail once a quarter, because you are an admin of {team} and Premium "
            "Support includes it. No link here ends it: if you do not want it, tell support. "
            "Replies to this mail are not read."
        ),
        reply_intro="Support answered request {number}, “{subject}”:",
        reply_cut="The answer is longer than a mail may be. Read the rest with the request.",
        reply_attached="Files with the answer: {count}. You find them with the request.",
        reply_solved="Support considers the request solved.",
        reply_how="Replies to this mail are not read. Answer with:",
        follow_up="Replies to this mail are not read. If there is more to it, follow up with:",
        reply_footer=(
            "You get this mail because you filed request {number} or its copies go to you."
        ),
    ),
    "ja": Wording(
        greeting="{name} 様",
        quarter="{year} 年第 {number} 四半期",
        ordinals=("1", "2", "3", "4"),
        decimal=".",
        digest_subject="{team}：{quarter}にあまり使われなかった機能",
        digest_intro=(
            "いつもプレミアム サポートをご利用いただき、ありがとうございます。\n"
            "{quarter}に {team} であまり使われなかった機能をお知らせします。"
            "いずれもチームですでにご利用いただける機能です。"
        ),
        never="アクティブなメンバー {among} 人のうち、利用した方はいません。",
        never_admins="管理者 {among} 人のうち、利用した方はいません。",
        rarely="アクティブなメンバー {among} 人のうち {people} 人が利用（{percent}%）。",
        rarely_admins="管理者 {among} 人のうち {people} 人が利用（{percent}%）。",
        not_set_up="まだ設定されていません。",
        read="詳しくはこちら（英語）：",
        digest_close="ご不明な点がありましたら、次のコマンドでサポートまでお問い合わせください：",
        digest_footer=(
            "このメールは、プレミアム サポートの一環として、{team} の管理者の方に四半期に 1 回"
            "お送りしています。配信停止用のリンクはありません。不要な場合はサポートまでご連絡"
            "ください。このメールは送信専用のため、ご返信いただいても確認できません。"
        ),
        reply_intro="お問い合わせ {number}「{subject}」に、サポートから回答がありました。",
        reply_cut="回答が長いため、途中までを掲載しています。続きはお問い合わせの画面でご覧ください。",
        reply_attached="添付ファイルが {count} 件あります。お問い合わせの画面でご覧ください。",
        reply_solved="サポートでは、このお問い合わせを解決済みとしました。",
        reply_how=(
            "このメールは送信専用のため、ご返信いただいても確認できません。"
            "次のコマンドでご返信ください："
        ),
        follow_up=(
            "このメールは送信専用のため、ご返信いただいても確認できません。"
            "解決していない場合は、次のコマンドで改めてお問い合わせください："
        ),
        reply_footer=(
            "このメールは、お問い合わせ {number} をいただいた方と、"
            "写しの送付先に指定された方にお送りしています。"
        ),
    ),
    "id": Wording(
        greeting="Halo {name},",
        quarter="kuartal {ordinal} {year}",
        ordinals=("pertama", "kedua", "ketiga", "keempat"),
        decimal=",",
        digest_subject="Fitur yang jarang digunakan {team} pada {quarter}",
        digest_intro=(
            "Pada {quarter}, {team} jarang atau tidak pernah menggunakan fitur-fitur berikut. "
            "Tim Anda sudah memilikinya."
        ),
        never="Tidak ada dari {among} anggota aktif yang menggunakannya.",
        never_admins="Tidak ada dari {among} admin yang menggunakannya.",
        rarely="Digunakan oleh {people} dari {among} anggota aktif ({percent}%).",
        rarely_admins="Digunakan oleh {people} dari {among} admin ({percent}%).",
        not_set_up="Belum disiapkan.",
        read="Selengkapnya (dalam bahasa Inggris):",
        digest_close="Jika Anda memerlukan bantuan untuk salah satunya, hubungi kami:",
        digest_footer=(
            "Anda menerima email ini sekali setiap kuartal karena Anda adalah admin {team} dan "
            "layanan ini termasuk dalam Dukungan Premium. Tidak ada tautan untuk berhenti "
            "berlangganan; jika Anda tidak menginginkannya, beri tahu tim dukungan. Balasan ke "
            "email ini tidak dibaca."
        ),
        reply_intro="Tim dukungan telah menjawab permintaan {number}, “{subject}”:",
        reply_cut="Jawaban ini terlalu panjang untuk email. Baca selengkapnya pada permintaan.",
        reply_attached="Lampiran pada jawaban ini: {count}. Anda dapat melihatnya pada permintaan.",
        reply_solved="Tim dukungan menganggap permintaan ini sudah selesai.",
        reply_how="Balasan ke email ini tidak dibaca. Jawablah dengan:",
        follow_up=(
            "Balasan ke email ini tidak dibaca. Jika masih ada masalah, kirim permintaan lanjutan:"
        ),
        reply_footer=(
            "Anda menerima email ini karena Anda mengajukan permintaan {number} atau salinannya "
            "dikirimkan kepada Anda."
        ),
    ),
}
