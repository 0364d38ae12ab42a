// The command line `fairpoint`: its commands, flags and help.
#ifndef FAIRPOINT_SERVER_COMMAND_LINE_H_
#define FAIRPOINT_SERVER_COMMAND_LINE_H_

namespace fairpoint::server {

// Runs one command; the exit code.
int RunCommandLine(int argc, char** argv);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_COMMAND_LINE_H_
