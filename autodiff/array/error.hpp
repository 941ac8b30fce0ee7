#pragma once
// The one exception type of seegrad.
//
// Every message is one sentence that begins with the operation or function it is about, shows the values concerned and, where a
// likely cause is known, ends with a hint. After a throw, the graph is as it was before the call.

#include <stdexcept>

namespace seegrad {

class error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace seegrad
