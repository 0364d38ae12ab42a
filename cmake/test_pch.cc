// Nothing: carries the precompiled header of the tests (cmake/Rooms.cmake).
