"""Reports: what runs say, as one page that stands alone or as Markdown.

content.py    runs in, blocks out
blocks.py     what a report is made of: headings, text, tables, figures, excerpts
page.py       blocks as HTML that asks nobody for anything
markdown.py   blocks as Markdown, figures beside it
svg.py        the figures
"""
