import IndexModel
import Testing

@testable import Commands

@Suite struct ProgressLineTests {
  @Test("the line fits into every width", arguments: [1, 5, 10, 20, 40, 60, 80, 100, 120, 200])
  func fits(columns: Int) throws {
    for status in JobStatus.allCases {
      for phase in [nil] + JobPhase.allCases.map(Optional.some) {
        let job = try JobReport.example {
          $0.status = status
          $0.phase = phase
          $0.current[0].path = "/usr/src/linux/漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字/漢字.txt"
        }
        let line = ProgressLine(job: job).text(columns: columns, style: .plain, now: .example)
        #expect(PrintableText.width(line) < max(2, columns), "\(line)")
      }
    }
  }

  @Test("the line at given widths")
  func golden() throws {
    var text = ""
    for columns in [30, 50, 80, 120, 160] {
      text += try ProgressLine(job: .example()).text(columns: columns, style: .plain, now: .example) + "\n"
    }
    try Golden.expect(text, "progress.txt")
  }

  @Test("the walk counts, for nobody knows how much there is")
  func walking() throws {
    let job = try JobReport.example {
      $0.phase = .walking
      $0.files = .init()
      $0.files.found = 1234
      $0.files.ignored = 9
      $0.current = []
    }
    #expect(
      ProgressLine(job: job).text(columns: 100, style: .plain, now: .example)
        == "walking  1,234 files  9 ignored  9.0 s")
  }

  @Test("a file that takes long is shown with its time, a quick one without")
  func slowFile() throws {
    let slow = try JobReport.example()
    #expect(ProgressLine(job: slow).plain(now: .example).hasSuffix("drivers/net/ethernet/big.h (3.4 s)"))
    let quick = try JobReport.example { $0.current = [.init(path: "/usr/src/linux/a.c", seconds: 1.9)] }
    #expect(ProgressLine(job: quick).plain(now: .example).hasSuffix("left  a.c"))
  }

  @Test("a log line says everything")
  func plain() throws {
    #expect(
      try ProgressLine(job: .example()).plain(now: .example)
        == "indexing   52%  40,861/78,579 files  676 MB/1.3 GB  9,822 files/s  0:04 left  drivers/net/ethernet/big.h (3.4 s)"
    )
  }

  @Test("nothing to index is not a division by zero")
  func empty() throws {
    let job = try JobReport.example {
      $0.files = .init()
      $0.bytes = .init()
      $0.rate = .init(filesPerSecond: 0, bytesPerSecond: 0)
      $0.etaSeconds = nil
      $0.current = []
    }
    #expect(
      ProgressLine(job: job).text(columns: 40, style: .plain, now: .example) == "indexing   0%  0/0 files")
  }
}
