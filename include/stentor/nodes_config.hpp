#pragma once

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace stentor {

/// Servers on one external broker as one server: what they tell each other by it. See docs/nodes.md.
struct NodesConfig {
    bool enabled = true;            ///< wherever the broker has a way for it; without one it means nothing
    std::string group = "stentor";  ///< the servers of one group know of each other
    std::chrono::milliseconds beat{1'000};            ///< between two signs of life
    std::chrono::milliseconds silence{5'000};         ///< of a server before it counts as gone
    std::chrono::milliseconds batch_time{50};         ///< before others hear who came and went
    std::size_t batch_size = 256;                     ///< of such changes that are told at once
    std::chrono::milliseconds answer_timeout{1'000};  ///< for the others' answers
    std::size_t max_nodes = 64;                       ///< that are known
    std::size_t max_users = 1'000'000;                ///< of one other server that are known
    std::size_t max_user_name = 1'024;                ///< bytes; who has a longer one is known to no other
    std::size_t max_questions = 10'000;               ///< to others that wait for answers
    std::size_t max_letter = 192 * 1024;              ///< bytes of what is sent to others at once
    std::size_t max_list_part = 32 * 1024;            ///< bytes, roughly, of a part of the list of users
};
BOOST_DESCRIBE_STRUCT(NodesConfig, (),
                      (enabled, group, beat, silence, batch_time, batch_size, answer_timeout, max_nodes,
                       max_users, max_user_name, max_questions, max_letter, max_list_part))

}  // namespace stentor
