"""The fast fill: WeasyPrint lays out specimens of a document's parts, fill composes and writes.

The path of one communication: `flatten` (what varies, as slots) > `skeleton` (the template's tree with
slots in it, once a shape) > `geometry` (how WeasyPrint lays out each part, once a part) > `leaf` (lines of
text) > `layout` and `pagination` (where everything stands, once a plan) > `writer` (the file).
Whatever can't be proven to come out as WeasyPrint would raises `Unfillable`, and the reference takes over.
"""
