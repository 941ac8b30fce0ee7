#pragma once
// The tensors that a pickle of PyTorch's describes: where their numbers are, and how they lie there.

#include <autodiff/array/dims.hpp>
#include <map>
#include <nn/save/pickle.hpp>
#include <string>

namespace seegrad::nn::detail {

struct storage_view {
  std::string storage;  ///< its key in the file
  std::string type;     ///< of its elements (elements.hpp)
  std::int64_t count;   ///< of its elements, as the pickle says
  index_t offset;
  dims shape, strides;
};

/// All tensors under that key, by name. Throws, without a "who", if there are none, and where a tensor is of a kind that arrays are not.
auto tensors_of(const pickled& all, const std::string& under) -> std::map<std::string, storage_view>;

}  // namespace seegrad::nn::detail
