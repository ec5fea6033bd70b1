// A hash map in one block of memory: two cache lines a look-up, where std::unordered_map follows pointers. Growing
// moves the values: keep no references to them.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>

namespace prisma {

template <class Key, class Value, class Hash = std::hash<Key>, class Equal = std::equal_to<Key>>
using FlatMap = boost::unordered_flat_map<Key, Value, Hash, Equal>;

}  // namespace prisma
