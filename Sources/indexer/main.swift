// Durable indexing of directories, and search in what is indexed. Everything else is in the modules.
import Commands
import Foundation

exit(Program().run())
