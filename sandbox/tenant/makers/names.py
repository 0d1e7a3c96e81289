# ruff: noqa: RUF001 - Turkish has an i without a dot
"""Invented people's names from several cultures, and how a directory spells them in an address."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random


class Culture(NamedTuple):
    """Given names and surnames that go together."""

    given: tuple[str, ...]
    surnames: tuple[str, ...]


def _culture(given: str, surnames: str) -> Culture:
    return Culture(tuple(given.split()), tuple(name.replace("_", " ") for name in surnames.split()))


CULTURES: dict[str, Culture] = {
    "german": _culture(
        "Anke Björn Claudia Dieter Elke Florian Greta Hannes Ines Jörg Katrin Lukas Marlene Niklas Ömer Petra "
        "Rüdiger Sabine Thorsten Ulrike Volker Wiebke Jonas Leonie",
        "Ackermann Böhm Dörfler Eichhorn Fuchs Grünwald Hartmann Jäger Köhler Lindner Möller Neumann "
        "Oppermann Pfeiffer Reuter Schäfer Strauß Thiele Vogel Weiß Winkler Zöllner Brandt von_Arnstorf",
    ),
    "english": _culture(
        "Abigail Benjamin Charlotte Daniel Eleanor Frederick Grace Harriet Isaac Jessica Keith Laura Matthew "
        "Nicola Oliver Philippa Quentin Rebecca Samuel Tamsin Victoria William Zoe Maisie",
        "Ashworth Barlow Clayton Drummond Ellwood Fairclough Garrick Holloway Ingham Jennings Kershaw Langley "
        "Marlowe Norcross O'Brien O'Sullivan Pemberton Radcliffe Smith-Jones Thackeray Underhill Wainwright "
        "Whitlock Yardley",
    ),
    "american": _culture(
        "Aaliyah Brandon Carlos DeShawn Emily Faith Gabriel Hailey Imani Jayden Kayla Logan Madison Nathan "
        "Olivia Peyton Quinn Riley Savannah Tyler Uriah Vanessa Wyatt Xavier",
        "Adams Bennett Carver Delgado Ellison Foster Greenfield Hayes Irving Jefferson Kowalczyk Lawson "
        "McAllister Nakai Ortega Parrish Quarles Redfeather Santiago Tolliver Vance Whitaker Yazzie Zimmerman",
    ),
    "french": _culture(
        "Amélie Bastien Céline Damien Élodie Fabrice Geneviève Hugo Inès Jérôme Karine Loïc Maëlle Noémie "
        "Océane Pascal Quentin Rémi Sylvie Théo Ulysse Valérie Yannick Zoé",
        "Aubert Besson Chevalier Delacroix Étienne Fontaine Gauthier Hébert Joubert Lefèvre Marchand Noël "
        "Ollivier Peltier Quéré Rousseau Saint-Martin Tessier Vasseur Le_Goff Dupuis Benali Diallo Traoré",
    ),
    "swedish": _culture(
        "Åsa Björn Cecilia David Ebba Fredrik Gunilla Håkan Ingrid Johan Karin Lars Maja Nils Olof Pernilla "
        "Rasmus Sigrid Tuva Ulf Viktor Ylva Örjan Älva",
        "Åkesson Bergström Dahlgren Ekström Forsberg Gustafsson Hellström Isaksson Jönsson Källström "
        "Lindqvist Månsson Norén Öberg Palmqvist Rådström Sjögren Törnqvist Uggla Vikander Wallin Ängström "
        "Ståhl Hägg",
    ),
    "indian": _culture(
        "Aarav Bhavna Chandra Deepika Esha Farhan Gauri Harish Ishaan Jyoti Kiran Lakshmi Meera Nikhil Ojas "
        "Priya Rohan Sanjana Tanvi Uday Vikram Waheeda Yash Zara",
        "Agarwal Banerjee Chatterjee Deshpande Fernandes Ganguly Hegde Iyer Joshi Kulkarni Lobo Mukherjee "
        "Nair Padmanabhan Qureshi Raghunathan Saxena Thakur Upadhyay Venkataraman Wadhwa Yadav Subramanian "
        "Bhattacharya",
    ),
    "japanese": _culture(
        "Akira Chihiro Daisuke Emi Fumiko Goro Haruka Ichiro Junko Kenta Mayumi Naoki Rin Sakura Takeshi "
        "Umeko Yuki Yoshio Misaki Hiroto Aoi Sota Mei Kaito",
        "Abe Chiba Endo Fujimoto Hashimoto Ishikawa Kobayashi Matsuda Nakagawa Ogawa Sakamoto Takahashi Ueda "
        "Watanabe Yamazaki Shimizu Morita Kuroda Hayashi Ono Aoki Iwata Maeda Noda",
    ),
    "brazilian": _culture(
        "Aline Bruno Camila Davi Eduarda Fábio Gabriela Heitor Íris João Kelly Luísa Marcelo Natália Otávio "
        "Patrícia Rafael Simone Thiago Úrsula Vinícius Yasmin Antônio Letícia",
        "Almeida Barbosa Conceição Drummond Esteves Figueiredo Gonçalves Holanda Leitão Magalhães Nóbrega "
        "Oliveira Peixoto Queiroz Ribeiro São_João Teixeira Vasconcelos Xavier da_Silva dos_Santos Araújo "
        "Brandão Guimarães",
    ),
    "polish": _culture(
        "Agnieszka Bartosz Celina Dominik Elżbieta Filip Grażyna Henryk Iwona Jakub Katarzyna Łukasz "
        "Małgorzata Norbert Oliwia Paweł Renata Stanisław Tomasz Urszula Wojciech Zofia Żaneta Michał",
        "Adamczyk Błaszczak Chmielewska Dąbrowski Głowacka Jabłoński Kaczmarek Łukasik Maciejewska Nowicki "
        "Olszewska Pawłowski Różański Sobczak Święcicki Tomaszewska Wójcik Zając Żurawska Krawczyk Górski "
        "Mazurek Sikora Wilk",
    ),
    "turkish": _culture(
        "Ayşe Barış Çağla Deniz Elif Fatih Gülşen Hakan İpek Kemal Leyla Murat Nazlı Oğuz Pınar Ramazan Selin "
        "Tuğba Umut Volkan Yağmur Zeynep Şule Emre",
        "Aydoğan Bozkurt Çelik Demirtaş Erdoğmuş Güneş Hacıoğlu İnan Kılıç Mutlu Özdemir Polat Sağlam Şahin "
        "Tekin Uçar Ünal Vural Yıldırım Zengin Aktaş Koçak Doğru Taş",
    ),
    "nigerian": _culture(
        "Adaeze Babatunde Chiamaka Damilola Emeka Folake Gbenga Halima Ifeoma Jide Kehinde Lola Musa Ngozi "
        "Obinna Patience Rotimi Sade Taiwo Uche Yetunde Zainab Amina Chidi",
        "Adeyemi Balogun Chukwu Danjuma Eze Fashola Garba Ibrahim Johnson-Bello Kalu Lawal Mohammed Nwosu Obi "
        "Okafor Oyelaran Sanusi Tinubu-Ade Umeh Yusuf Abiola Okonkwo Bassey Etim",
    ),
    "chinese": _culture(
        "Bo Chen Dandan Fang Guanyu Hua Jiayi Jun Lan Lei Meiling Ning Peng Qiang Rui Shan Ting Wei Xiaoming "
        "Xin Yan Yifan Zhen Zihan",
        "Cai Deng Feng Gao Han Huang Jiang Kong Liang Lü Ma Ouyang Peng Qian Ren Song Tang Wang Xie Xu Yao "
        "Zeng Zhao Zhou",
    ),
    "arabic": _culture(
        "Ahmad Basma Dalia Fadi Ghada Hassan Iman Jamal Khadija Layla Mahmoud Nadia Omar Rania Salma Tariq "
        "Wafa Yousef Zeinab Samir Huda Karim Mona Ziad",
        "al-Amin al-Masri Barakat Darwish El_Sayed Farouk Haddad Ibrahim Jaber Khalil Mansour Nasser Qasim "
        "Rahman Saleh Tawfik Zaki Hamdan Sabbagh Khoury Bakri Shalaby Odeh Aziz",
    ),
    "spanish": _culture(
        "Alejandra Beatriz César Dolores Emilio Fernanda Guillermo Héctor Inés Joaquín Lucía María_José "
        "Néstor Óscar Paloma Ramón Sofía Tomás Úrsula Verónica Ximena Yolanda Andrés Begoña",
        "Álvarez_Ruiz Benítez Castañeda Domínguez Echeverría Fernández_Gil García_López Hernández Ibáñez "
        "Jiménez Lozano Muñoz Núñez Ordóñez Peña Quiñones Rodríguez Sepúlveda Tárrega Urrutia Vázquez Yáñez "
        "Zúñiga Ríos",
    ),
    "vietnamese": _culture(
        "An Bình Châu Dũng Đức Giang Hạnh Hùng Khánh Lan Linh Mai Minh Nga Phúc Quân Sơn Tâm Thảo Trang Tuấn "
        "Việt Vy Yến",
        "Bùi Cao Đặng Đinh Đỗ Dương Hà Hồ Hoàng Huỳnh Lê Lương Lý Mai Ngô Nguyễn Phạm Phan Tạ Thái Trần Trịnh Võ Vũ",
    ),
    "indonesian": _culture(  # many Indonesians have one name only
        "Agus Bambang Citra Dewi Eko Fitri Gita Hendra Indah Joko Kartika Lestari Made Ningsih Putri Rizky "
        "Sari Teguh Utami Wahyu Yuni Ketut Wayan Slamet",
        "Halim Kusuma Lesmana Nugroho Pranoto Santoso Setiawan Siregar Sutanto Tanuwijaya Wibowo Wijaya "
        "Hidayat Saputra Hutapea Gunawan Purnama Rahardjo Suryadi Tarigan Utomo Yulianto Zulkarnain Salim",
    ),
}

_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "å": "a", "ł": "l", "đ": "d", "ı": "i", "'": "", " ": ""}
)


def draw_name(rng: Random, culture: str) -> tuple[str, str | None]:
    """A given name and a surname; a few people have no surname."""
    names = CULTURES[culture]
    given = rng.choice(names.given).replace("_", " ")
    if culture == "indonesian" and rng.random() < 0.5:
        return given, None
    return given, rng.choice(names.surnames)


def spelled_plainly(name: str) -> str:
    """A name in the letters an address may have: "Jörg Strauß" becomes "joergstrauss"."""
    lowered = unicodedata.normalize("NFC", name).lower().translate(_PLAIN)
    return unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
