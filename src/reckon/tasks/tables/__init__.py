"""Questions over tables that stand in the question as CSV files, to be answered with pandas, SQL or plain
Python.

TabMWP and WikiTableQuestions ask about single published tables, TableGPT-R1 trains on tables as files of a
session, Spider-like suites grade SQL. Ours are drawn from a seed: five themes, over thirty schemas of
queries, eight to forty-eight rows by difficulty; every answer is exact and unique, and the texts of the files
are in the metadata ("files") for whoever wants to put them into a session.
"""
