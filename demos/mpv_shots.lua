-- What the window shows with the shader and without it, then the end.
local shader = mp.get_property("glsl-shaders")

local function shot(name, next)
    mp.add_timeout(2, function()
        mp.commandv("screenshot-to-file", "out/" .. name .. ".png", "window")
        next()
    end)
end

mp.register_event("file-loaded", function()
    shot("mpv_on", function()
        mp.commandv("change-list", "glsl-shaders", "remove", shader)
        shot("mpv_off", function() mp.commandv("quit") end)
    end)
end)
