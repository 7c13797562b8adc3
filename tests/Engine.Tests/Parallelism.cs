// What runs beside each other here (the rails, mostly) waits for answers that do not come: more at a time than there are cores, and the cores are still idle half of the time.
[assembly: LevelOfParallelism(4)]
