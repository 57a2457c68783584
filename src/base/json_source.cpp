// The one translation unit that compiles Boost.JSON; everywhere else <boost/json.hpp> is declarations only.
#include <boost/json/src.hpp>
