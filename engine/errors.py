"""The one error tree: what a user can meet has a code, a place, a fact and a hint.

Every code stands in `CODES` and in docs/errors.md (a test holds the two together). No message
carries a customer's name, address, account or amount: the record's key says who it is about.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

# code -> what is wrong, in general. The letter says where: I ingest, M model, C campaign,
# T templates, P payment, R renderers, V voice, S storage, B batch, W preview, K keys, E evidence (seal, stamp),
# D decisions (debt, risk, policy, effect), X machine (missing parts).
CODES: dict[str, str] = {
    # --- ingest
    "I101": "an input does not exist or can't be read",
    "I102": "an input's format is not recognised, or is broken",
    "I103": "a line is not valid UTF-8",
    "I104": "a field has a value that is not expected there",
    "I105": "a field or column is not known",
    "I106": "a field or column is missing",
    "I107": "a value is not a calendar date or time",
    "I108": "a value is not a decimal number",
    "I109": "a line is longer than the limit",
    "I110": "a line is not JSON, or not a JSON object",
    "I111": "NaN or infinity stands for a number",
    "I112": "a name stands twice in one JSON object",
    "I113": "a customer's key was read before",
    "I114": "a text holds characters that can't be shown",
    "I115": "a document can't be read as an invoice",
    "I116": "a row can't be joined to its customer or bill",
    "I117": "a text is longer than the data model takes",
    "I118": "a row of a CSV file can't be read",
    "I119": "an IBAN's check digits are wrong",
    "I120": "no record of the input bears the key",
    "I121": "the declaration of a merge is not valid, or lacks a source",
    "I122": "a row's key is in no source that names the customers",
    "I130": "nobody is named who is to be handed over",
    # --- model
    "M101": "a field has a value that the data model does not take",
    "M102": "a bill does not add up: parts and total differ",
    "M103": "a bill does not add up: total and amount payable differ",
    "M104": "an amount has more decimals than its currency",
    # --- campaign
    "C101": "a campaign folder or its campaign.toml can't be read",
    "C102": "campaign.toml is not valid TOML",
    "C103": "a key of campaign.toml is not known",
    "C104": "a key of campaign.toml is missing or has a value that it does not take",
    "C105": "a file that the campaign names is missing or outside of its folder",
    "C106": "the campaign has no texts for a locale",
    "C107": "a folder for a new campaign is not empty",
    "C120": "a channel, sink or voice is not known",
    "C131": "a message names a value that is not given where it is used",
    # --- templates
    "T101": "a template is missing, or lies outside of its set",
    "T102": "a template can't be compiled",
    "T103": "a template uses a name that is not there",
    "T104": "a template prints a bare value",
    "T105": "a template does what the sandbox forbids",
    "T106": "a template links to an address that is not allowed",
    "T107": "a filter of a template got a value that it does not take",
    "T108": "a message is missing in a locale",
    "T109": "the placeholders of a message and of its translation differ",
    "T110": "a text catalogue can't be read",
    "T111": "a template failed while it was rendered",
    "T112": "a message holds a stray percent sign",
    "T113": "a message of a catalogue is used nowhere",
    "T114": "a fact that must be shown is shown nowhere",
    "T115": "two colours have too little contrast",
    "T116": "two categories look alike to colour-blind eyes",
    "T117": "a legally required item is empty or has no place",
    "T118": "no font has a character",
    "T119": "a font differs from the fonts lock, or is missing",
    # --- payment
    "P101": "the address of a payment or answer page can't be signed",
    "P102": "a link leads to a host that is not in the allow-list",
    "P103": "a signed link is malformed",
    "P104": "a signed link has a parameter twice",
    "P105": "a signed link was changed, or signed with another key",
    "P106": "a signed link has expired",
    "P107": "a payment request can't be made",
    "P108": "a signed link has a version that is not known",
    "P210": "a bank code is for euro only",
    "P211": "an account number is not a valid IBAN of the SEPA area",
    "P212": "an amount is outside what a bank code can carry",
    "P213": "the payee's name doesn't fit a bank code",
    "P214": "a bank code can't carry control characters",
    "P215": "a BIC is missing or malformed",
    "P216": "a reference or purpose doesn't fit a bank code",
    "P217": "the content is too long for its QR code",
    # --- storage
    "S101": "an output address is not understood",
    "S102": "an object's path is not allowed",
    "S103": "the disk or the quota is full",
    "S104": "a folder can't be written or read",
    "S105": "an object is not there",
    "S106": "stored bytes differ from what was sent",
    "S111": "no credentials for the object storage",
    "S112": "the object storage refuses the credentials",
    "S113": "the bucket does not exist",
    "S114": "the object storage can't be reached, or died",
    "S115": "the object storage refuses a request",
    # --- batch
    "B101": "a setting of the process is not known or not valid",
    "B102": "no customer of the input bears the key",
    "B103": "another run is at work in the same state folder",
    "B104": "the state folder holds no run, or a damaged one",
    "B105": "the input changed since the run began",
    "B106": "the campaign or the program changed since the run began",
    "B107": "the secret key changed since the run began",
    "B108": "a worker process died at this customer, again and again",
    "B109": "a customer took longer than the time limit",
    "B110": "an unexpected error",
    "B111": "every customer fails: the run gives up",
    "B112": "a worker process can't start",
    # --- microsite
    "R201": "a page does not show what it must",
    "R202": "a page would fetch something from elsewhere",
    "R203": "a style sheet or script of the page holds what it must not",
    "R204": "the logo is not in the campaign folder",
    # --- voices
    "V101": "espeak-ng can't start",
    "V102": "espeak-ng has no voice for a language",
    "V103": "espeak-ng can't say a phrase",
    "V104": "a voice said nothing",
    "V120": "the sound encoder wrote what can't be joined",
    "V121": "a kept phrase can't be decoded",
    "V201": "the voice piper has no model file set",
    "V202": "the voice model's files are not there",
    "V203": "the voice model speaks another language",
    "V204": "the voice model said nothing",
    "V301": "gTTS does not speak a language",
    "V302": "gTTS can't speak at the speed asked for",
    "V303": "gTTS refused a phrase",
    "V304": "gTTS can't be reached or does not answer whole",
    "V305": "a voice's MP3 can't be decoded",
    # --- keys
    "K101": "the secret key has the wrong length",
    "K102": "the secret key is not base64",
    "K103": "there is no secret key",
    "K104": "the key file can't be read or written",
    "K105": "others may read the key file",
    # --- preview
    "W101": "the preview's port can't be opened",
    "W102": "a channel has no scenes to show",
    # --- pdf
    "R101": "a PDF can't be laid out",
    "R102": "a template asks for a file outside of the campaign folder",
    "R103": "a PDF does not show a figure that it should",
    "R104": "a PDF does not lead to the payment page",
    "R105": "a font file can't be used",
    "R106": "a QR symbol differs from the payment's",
    "R110": "a document filled fast differs from the reference's",
    "R111": "a document can't be audited",
    # --- message
    "R301": "a message is too long",
    "R302": "a message does not show a figure that it should",
    # --- video
    "R401": "a storyboard is not well-formed XML",
    "R402": "a storyboard has an element or attribute that is not known",
    "R403": "an attribute of a storyboard has a value that it can't take",
    "R404": "a storyboard names a slot, style, chart or picture that is not there",
    "R405": "a QR symbol does not fit its place with modules of four pixels",
    "R406": "a picture of a video can't be drawn",
    "R407": "the process that makes videos failed, ended or took too long",
    "R408": "no font file of a family was found",
    "R409": "the music of a video can't be read",
    "R450": "a storyboard names footage that is not in the template set",
    "R451": "footage can't be decoded",
    "R452": "a clip shows more than its footage holds",
    "R453": "a clip is longer than its scene",
    "R454": "a clip stands in a scene that shows a customer's facts",
    "R460": "too few customers to tell what a template set costs",
    "R461": "films by the reference have no cost by scene",
    "R470": "the encoder of videos is missing",
    "R471": "the encoder of videos writes what can't be spliced",
    # --- e-invoice
    "R130": "a document that is no invoice carries no e-invoice",
    "R131": "the seller's data lack what an e-invoice needs",
    "R132": "the customer's data lack what an e-invoice needs",
    "R133": "a bill lacks what an e-invoice needs",
    "R134": "the figures of a bill contradict each other, so that no e-invoice can be made",
    "R135": "the file that a PDF should carry is absent or another",
    "R136": "an e-invoice breaks a rule of EN 16931",
    "R137": "a file holds no EN 16931 invoice",
    # --- print
    "R140": "the letters of an unfinished run can't be joined",
    "R141": "there is no run, or more than one, whose letters could be joined",
    "R142": "a run made no PDF that could be joined",
    "R143": "a PDF can't be joined into a print file",
    "R144": "a letter has more pages than a print file may have",
    # --- evidence: the seal's key
    "E100": "two sealing keys are given",
    "E101": "sealed PDFs are asked for, and no sealing key is given",
    "E102": "a sealing key or its certificate can't be read",
    "E103": "the password of a sealing key is wrong",
    "E104": "a key is of a kind that can't seal",
    "E105": "a certificate of the seal does not hold at the run's time",
    "E106": "the chain of a seal's certificate is missing",
    "E107": "a sealing key and its certificate differ",
    "E108": "a certificate is not made for signing",
    "E109": "a PDF can't be sealed",
    # --- evidence: the time stamp
    "E110": "the time-stamp authority can't be reached",
    "E111": "the time-stamp authority refused",
    "E112": "the answer of the time-stamp authority does not fit the request",
    "E113": "a run has nothing to stamp",
    "E114": "trusted certificates can't be read",
    # --- evidence: proof
    "E120": "a document is not in the manifest, or was changed",
    "E121": "a manifest can't be read, or lacks evidence",
    "E122": "a hash path does not lead to what was stamped",
    "E123": "a time stamp or evidence record can't be read",
    "E124": "a signature does not hold",
    "E125": "a certificate does not lead to a trusted one",
    "E126": "a certificate is not made for time stamps",
    "E127": "the batch of a document has no time stamp yet",
    "E128": "a PDF's seal is broken",
    # --- decisions: contact
    "D110": "a risk model can't be read, or is none",
    "D111": "a file of the risk commands can't be written",
    "D112": "a risk model was changed after it was made",
    "D113": "a mapping of a table can't be used",
    "D114": "the columns of a table and its mapping differ",
    "D115": "a value of a table can't be read",
    "D116": "a risk model and the input don't go together",
    "D117": "a history is too little to learn from, or to measure by",
    "D160": "a time zone of the campaign is not known",
    "D161": "a file of tasks can't be written",
    "D162": "a file of tasks has a format that is not known",
    # --- decisions: features, profiles, segments, fairness
    "D100": "the law that a policy names has no rules",
    "D101": "the file of the laws is damaged",
    "D102": "a payment plan can't be made",
    "D130": "a protected attribute is asked for as a feature",
    "D131": "an attribute declared as protected is asked for as a feature",
    "D132": "two features have one name",
    "D133": "features of a bill are asked for before it was issued",
    "D134": "a file of groups can't be read or written",
    "D135": "a segment model can't be read",
    "D136": "no segments can be found",
    "D137": "outcomes can't be compared by an attribute",
    # --- decisions: the policy
    "D140": "a policy.toml can't be read",
    "D141": "policy.toml is not valid TOML",
    "D142": "a key of policy.toml is not known",
    "D143": "a key of policy.toml is missing or has a value that it does not take",
    "D144": "a file that the policy names is missing or outside of the campaign folder",
    "D145": "a policy names what is not there",
    "D146": "a stage can never be reached",
    "D147": "days between two stages are left out, or stand in both",
    "D148": "a score, group or segment would decide a formal notice or a cut-off",
    "D149": "a stage would press whom nothing may press",
    "D150": "a stage's channel can't be used for it",
    "D151": "an offer lacks its figures",
    "D152": "a formal notice comes before a person was asked to act",
    "D153": "decisions can't be written",
    # --- decisions: effect, DSO
    "D170": "a file of assignments can't be read",
    "D171": "a customer is in two arms of an experiment",
    "D172": "there are no arms to compare, or others than the policy's",
    "D173": "a wished effect can't be planned for",
    "D174": "a month is not written as one, or months are in the wrong order",
    "D175": "nothing was sold in the months by which DSO is measured",
    "D176": "customers can't be parted by what was asked for",
    "D177": "a report of effects or DSO can't be written",
    # --- machine
    "X101": "an optional package is missing",
    "X102": "the installation lacks its templates or assets",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, where, and how to mend it. `place` is file, line and field as far as known."""

    code: str
    fact: str
    place: str = ""
    hint: str = ""

    def __str__(self) -> str:
        head = f"{self.code} {self.place}: {self.fact}" if self.place else f"{self.code} {self.fact}"
        return f"{head}\nhint: {self.hint}" if self.hint else head

    def at(self, place: str) -> Problem:
        """Return this problem with `place` put before the place already known."""
        joined = f"{place} {self.place}".strip()
        return Problem(self.code, self.fact, joined, self.hint)


class BillcastError(Exception):
    """Base of every error that Billcast raises on purpose."""

    def __init__(self, code: str, fact: str, *, place: str = "", hint: str = "") -> None:
        if code not in CODES:
            raise KeyError(f"error code {code} is not in engine.errors.CODES")
        self.problem = Problem(code, fact, place, hint)
        super().__init__(str(self.problem))

    def __reduce__(self) -> tuple[object, ...]:  # errors cross process borders
        p = self.problem
        return (_rebuild, (type(self), p.code, p.fact, p.place, p.hint))


def _rebuild(kind: type[BillcastError], code: str, fact: str, place: str, hint: str) -> BillcastError:
    return kind(code, fact, place=place, hint=hint)


class ModelError(BillcastError):
    """A value that the data model refuses."""


class IngestError(BillcastError):
    """An input file or record that can't be read."""


class CampaignError(BillcastError):
    """A campaign.toml that can't be used."""


class TemplateError(BillcastError):
    """A template that can't be compiled, or that shows what it must not."""


class PaymentError(BillcastError):
    """A payment request, link or code that can't be made or trusted."""


class RenderError(BillcastError):
    """A channel that couldn't be made for a customer."""


class ProofError(RenderError):
    """What was made does not show what the record says: it must not be sent."""


class VoiceError(BillcastError):
    """A narration voice that can't speak."""


class StorageError(BillcastError):
    """A sink that can't take or give back an object."""


class BatchError(BillcastError):
    """A run that can't start, go on or be resumed."""


class KeyringError(BillcastError):
    """A secret key that is absent or unusable."""


class SealError(BillcastError):
    """A seal that can't be made."""


class EvidenceError(BillcastError):
    """A time stamp that can't be had, or evidence that does not prove what it should."""


class InsightError(BillcastError):
    """A policy, model or history that credit management can't use."""


class MissingPartError(BillcastError):
    """An optional package, font or system library that the work asked for needs."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word closest to `word`, or an empty string when none is close."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else ""
