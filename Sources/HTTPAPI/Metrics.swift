internal import IndexModel

/// What `/metrics` says, in Prometheus' text format 0.0.4.
struct Metrics {
  var figures: QueueFigures
  var calls: (counts: [CallRecords.Key: Int], times: [String: CallRecords.Times])
  var clients: Int

  var text: String {
    var lines: [String] = []
    func metric(_ name: String, _ type: String, _ help: String, _ values: [(labels: String, value: String)]) {
      lines.append("# HELP \(name) \(help)")
      lines.append("# TYPE \(name) \(type)")
      lines += values.map { "\(name)\($0.labels) \($0.value)" }
    }
    metric(
      "indexer_jobs", "gauge", "Jobs by status.",
      JobStatus.allCases.map { ("{status=\"\($0.rawValue)\"}", String(figures.jobs[$0] ?? 0)) })
    metric("indexer_queue_depth", "gauge", "Jobs that wait.", [("", String(figures.jobs[.queued] ?? 0))])
    metric("indexer_claims_total", "counter", "Claims of jobs, of all time.", [("", String(figures.claims))])
    metric(
      "indexer_files", "gauge", "Files by outcome, over the jobs in the history.",
      figures.files.sorted { $0.key < $1.key }.map { ("{outcome=\"\($0.key)\"}", String($0.value)) })
    metric(
      "indexer_wal_bytes", "gauge", "Size of write-ahead logs.",
      [("{database=\"queue\"}", String(figures.logBytes)), ("{database=\"shards\"}", String(figures.shardLogBytes))])
    metric(
      "indexer_commits_total", "counter", "Transactions that this process has committed.",
      figures.commits.sorted { $0.key < $1.key }.map { ("{database=\"\($0.key)\"}", String($0.value)) })
    metric(
      "indexer_busy_retries_total", "counter", "Times that this process found a database locked and tried again.",
      [("", String(figures.busyRetries))])
    metric("indexer_event_clients", "gauge", "Clients of event streams.", [("", String(clients))])
    metric(
      "indexer_http_requests_total", "counter", "Requests by method, route and status.",
      calls.counts.map { key, count in
        ("{method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\"}", String(count))
      }.sorted { $0.0 < $1.0 })
    metric("indexer_http_request_seconds", "histogram", "Time until the answer begins.", [])
    for (route, times) in calls.times.sorted(by: { $0.key < $1.key }) {
      let name = "indexer_http_request_seconds"
      for (bound, count) in zip(CallRecords.bounds, times.within) {
        lines.append("\(name)_bucket{route=\"\(route)\",le=\"\(bound)\"} \(count)")
      }
      lines.append("\(name)_bucket{route=\"\(route)\",le=\"+Inf\"} \(times.count)")
      lines.append("\(name)_sum{route=\"\(route)\"} \(times.seconds)")
      lines.append("\(name)_count{route=\"\(route)\"} \(times.count)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
