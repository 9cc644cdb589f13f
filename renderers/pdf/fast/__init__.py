"""The fast fill: WeasyPrint lays out specimens of a document's parts, fill composes and writes.

The path of one communication: `flatten` (what varies, as slots) > `sections` and `skeleton` (the template's
trees with slots in them, once a shape) > `specimen` and `geometry` (how WeasyPrint lays out each part, once a
part) > `leaf` (lines of text) > `layout`, `pagination` and `plan` (where everything stands, once a plan) >
`program` (the pages' operators) > `writer` (the file).
Whatever can't be proven to come out as WeasyPrint would raises `Unfillable`, and the reference takes over.
"""
