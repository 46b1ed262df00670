import Testing

/// Tests of the built program as its users run it: processes, signals, files, nothing from inside.
///
/// One after the other, since they measure time and fight for the machine; each is bounded in time.
@Suite("End to end", .serialized, .timeLimit(.minutes(3)))
struct EndToEnd {}
