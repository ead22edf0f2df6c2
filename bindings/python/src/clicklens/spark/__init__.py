"""Scores, evaluation and profiles of Spark DataFrames of any size, on the cluster that has them.

    from clicklens import spark

    spark.score(df, "ctr.clens").write.parquet("scores")       # a column of scores more, lazily
    spark.evaluate(df, "ctr.clens", cluster="user_id").auc     # as Model.evaluate
    spark.profile(df, "ctr.clens", row="row_id").save()        # the bytes of one machine's profile

Every row is a request of its own; columns have the features' names (arrays for many ids, maps from id to weight for
weighted ones, null for missing). The model's file goes to each executor once, is mapped there, and a Python worker keeps
its sessions from task to task. Executors need this package, pyarrow and pandas; PySpark 3.5, without Spark Connect.
"""

from ._evaluating import evaluate
from ._profiling import profile
from ._scoring import score

__all__ = ["evaluate", "profile", "score"]
