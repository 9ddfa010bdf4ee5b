"""A tokenizer for a small model trained from scratch.

Every frequent word of the corpus is one token, everything else is bytes: a made-up word or a number is
spelled letter by letter, wherever it stands, so that copying it is copying tokens one for one. In the
tokenizers library's terms: byte-level BPE without merges and with `ignore_merges`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from reckon.models.tokens import Turns
from reckon.values import Role

END = "<|end|>"
ROLES: tuple[Role, ...] = ("system", "user", "assistant")
WORD = r"[0-9]| ?[A-Za-z_]+| ?[^\sA-Za-z_0-9]+|\s+(?!\S)|\s+"
TURNS = Turns({role: (f"<|{role}|>", END) for role in ROLES})


def write_tokenizer(folder: Path, corpus: Iterable[str], size: int) -> None:
    """Write tokenizer.json and tokenizer_config.json (with a chat template) for a vocabulary of `size`."""
    specials = [END, *(TURNS.roles[role][0] for role in ROLES)]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = _frequent(corpus, size - len(specials) - len(alphabet))
    vocabulary = {token: n for n, token in enumerate([*specials, *alphabet, *words])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORD), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in specials])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END,
        "pad_token": END,
        "clean_up_tokenization_spaces": False,
        "turns": json.loads(TURNS.to_json()),
        "chat_template": TURNS.chat_template,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")


def _frequent(corpus: Iterable[str], most: int) -> list[str]:
    """The most frequent pieces of two characters and more, spelled as byte-level tokens."""
    counts = Counter(piece for text in corpus for piece in re.findall(WORD, text) if len(piece) > 1)
    spell = pre_tokenizers.ByteLevel(False, use_regex=False)
    frequent = [piece for piece, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])) if n > 3]
    return ["".join(part for part, _ in spell.pre_tokenize_str(piece)) for piece in frequent[:most]]
