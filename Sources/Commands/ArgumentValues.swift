internal import ArgumentParser
internal import IndexModel

extension OutcomeName: ExpressibleByArgument {}
extension JobStatus: ExpressibleByArgument {}
