// Most tests wait for processes that start, or until a killed one counts as dead. More of them at a time take the cores from each other, and from what is waited for.
[assembly: LevelOfParallelism(2)]
