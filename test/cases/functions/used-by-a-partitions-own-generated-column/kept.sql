select a, b from pt
