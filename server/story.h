// `fairpoint story`: one member's story, played against a running server and told for a person to
// read.
#ifndef FAIRPOINT_SERVER_STORY_H_
#define FAIRPOINT_SERVER_STORY_H_

#include <string>

#include "server/flags.h"

namespace fairpoint::server {

struct StoryOptions {
  ClientFlags client;
  std::string program_path = "programs/sample.textproto";
  StoreFlags store;  // no URL: the verifier is not run
};

// Publishes the programme (unless it is there), enrols somebody new and lives through everything
// points do. Safe to repeat on one store. 0: all went as told; 1: something did not, and what.
int RunStory(const StoryOptions& options);

}  // namespace fairpoint::server

#endif  // FAIRPOINT_SERVER_STORY_H_
