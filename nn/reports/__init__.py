"""Reports: evaluates a trained model, as numbers, sentences, text and an HTML page.

In: a model's answers for rows that it was not trained on; a Task and the result of its training.
Out: facts that JSON can hold, and a self-contained page.
Read first: facts.py; measures.py and columns.py compute, charts.py draws, page.py assembles.
"""

from nn.reports.charts import chart
from nn.reports.columns import dependence, importance, inputs_of
from nn.reports.compare import compared
from nn.reports.facts import facts_of, facts_on, report
from nn.reports.measures import judge
from nn.reports.page import page_of
from nn.reports.report import Report, text_of
from nn.reports.sentences import first_line, sentences

__all__ = [
    "Report", "chart", "compared", "dependence", "facts_of", "facts_on", "first_line", "importance",
    "inputs_of", "judge", "page_of", "report", "sentences", "text_of",
]  # fmt: skip
