// Most tests wait for processes that start, or until a killed one counts as dead: one more than the cores of a small machine keeps it busy.
[assembly: LevelOfParallelism(3)]
