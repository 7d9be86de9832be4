"""People who might stay at a small hotel in Trieste. All are invented; their addresses end in ``.example``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from random import Random
from typing import Final

from rentease_desk.practice.sample.model import Guest

_PEOPLE: Final = """
AT +43: Lukas Gruber, Johanna Steiner, Franz-Xaver Huber, Theresa Wagner
BE +32: Lotte Peeters, Thibault Lambert
BR +55: João Guimarães, Beatriz Conceição
CA +1: Margaret Tremblay-O'Neill
CH +41: Urs Zürcher, Noémie Favre
CN +86: Chen Wei-Ling, Zhang Xiuying
CZ +420: Jiří Dvořák, Kateřina Němcová
DE +49: Jürgen Weiß, Annegret Köhler, Maximilian von der Heide, Ayşe Yılmaz, Käthe Großmann
DK +45: Kirsten Sørensen, Rasmus Kjær
EE +372: Triin Õunapuu
ES +34: Íñigo Echeverría, María del Mar Núñez, Begoña Larrañaga
FI +358: Päivi Mäkelä, Väinö Hämäläinen
FR +33: Jean-Baptiste Moreau, Éloïse Lefèvre, Zoé Bélanger, François d'Aubigné
GB +44: Harriet Whitcombe, Oluwaseun Adeyemi, Rhys Llewellyn, Priya Raghunathan, Hamish MacGregor
GR +30: Ελένη Παπαδοπούλου, Dimitris Vlachos
HR +385: Željko Marković, Ana-Marija Šimić
HU +36: Mihály Szabó, Erzsébet Kőműves
IE +353: Aoife Ní Bhriain, Cillian O'Shaughnessy
IL +972: Noa Ben-David
IN +91: Arjun Krishnamurthy
IS +354: Guðrún Jónsdóttir, Þorsteinn Einarsson
IT +39: Giulia Bernardi, Niccolò De Santis, Chiara Dell'Acqua, Matteo Furlan, Alessandra Cossutta, Gennaro Lo Russo
JP +81: 山田 花子, Takeshi Ōkubo
KR +82: Kim Min-jun
LT +370: Rūta Žemaitytė
LV +371: Jānis Bērziņš
MA +212: Fatima El Mansouri
MX +52: José Ángel Muñoz Rincón
NL +31: Sjoerd van 't Hof, Femke de Boer, Willemijn IJsbrandy
NO +47: Ingrid Bjørnstad, Håkon Ødegård
PL +48: Łukasz Wójcik, Małgorzata Żurawska, Grzegorz Brzęczyszczykiewicz
PT +351: Inês Magalhães
RO +40: Ștefan Țurcanu, Ioana Văcărescu
RS +381: Milica Đorđević
SE +46: Søren Lindqvist, Åsa Öberg, Björn Sjöström
SI +386: Špela Žagar, Matjaž Črnigoj
SK +421: Ľubomír Kováč
TR +90: Gülşah Öztürk
UA +380: Оксана Шевченко
US +1: Dwayne Washington Jr., Siobhan Kowalczyk, Xochitl Hernández, Mary-Kate St. John
VN +84: Nguyễn Thị Minh Khai
ZA +27: Thandiwe Nkosi
"""
_DOMAINS: Final = ("mail.example", "post.example", "home.example", "inbox.example")
_LETTERS: Final = str.maketrans("øØłŁđĐðÐþÞßıæ", "oOlLdDdDtTsia")


def people(rng: Random) -> list[Guest]:
    """Everybody, in a random order."""
    found = [guest for line in _PEOPLE.strip().splitlines() for guest in _compatriots(line, rng)]
    rng.shuffle(found)
    return found


def _compatriots(line: str, rng: Random) -> Iterator[Guest]:
    """``AT +43: a name, another name``."""
    land, _, names = line.partition(": ")
    country, prefix = land.split()
    for name in names.split(", "):
        number = "".join(rng.choices("0123456789", k=9))
        phone = f"{prefix} {number[:3]} {number[3:6]} {number[6:]}"
        yield Guest(name, f"{_mailbox(name, rng)}@{rng.choice(_DOMAINS)}", phone, country)


def _mailbox(name: str, rng: Random) -> str:
    """``soren.lindqvist``; a number for names in other scripts."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    words = ["".join(letter for letter in word if letter.isascii() and letter.isalpha()) for word in decomposed.split()]
    return ".".join(word.lower() for word in words if word) or f"guest{rng.randrange(1_000, 9_999)}"
