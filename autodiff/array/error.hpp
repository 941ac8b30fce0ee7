#pragma once
// The one exception type of seegrad.
//
// Every message is one sentence that begins with the operation or function it is about, shows the values concerned and, where a
// likely cause is known, ends with a hint; in a layer of a network its name comes first (error_place.hpp). After a throw, the graph is as it
// was before the call.

#include <stdexcept>
#include <string>

namespace seegrad {

class error : public std::runtime_error {
 public:
  /// What the message quotes (the name of a file, of a column, of a node) may hold anything, and is shown on terminals: control characters
  /// and bytes that are not UTF-8 are shown escaped.
  explicit error(const std::string& message);
};

}  // namespace seegrad
