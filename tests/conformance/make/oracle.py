def check_all(batches, cases):
    pass
