#include "server/command_line.h"

int main(int argc, char** argv) { return fairpoint::server::RunCommandLine(argc, argv); }
