# Draws every job of jobs.json as a game would have it, and saves what stands in the window.
extends Node

func _ready():
	var file = File.new()
	file.open("res://jobs.json", File.READ)
	for job in parse_json(file.get_as_text()):
		# errors go to the same stream: what follows belongs to this job
		printerr("JOB ", job["name"])
		yield(draw(job), "completed")
	printerr("JOB end")
	get_tree().quit()

func draw(job):
	var size = Vector2(job["width"], job["height"])
	OS.window_size = size
	while get_viewport().size != size:
		yield(get_tree(), "idle_frame")
	var scene = Node.new()
	add_child(scene)
	var images = []
	if job["screen_is_copied"]:
		scene.add_child(picture(job["image"], size))
		var copy = BackBufferCopy.new()
		copy.copy_mode = BackBufferCopy.COPY_MODE_VIEWPORT
		scene.add_child(copy)
	else:
		# software GL rounds what it mixes from 8 bits to 8 bits again; GPUs do not
		images.append(viewport(scene, size, 0.0 in job["linear"]))
		images[0].add_child(picture(job["image"], size))
	var count = job["passes"].size()
	for k in range(count):
		var rect = full_rect(job["passes"][k], size)
		for name in job["values"]:
			rect.material.set_shader_param(name, job["values"][name])
		for i in range(images.size()):
			var texture = images[i].get_texture()
			texture.flags = Texture.FLAG_FILTER if float(i) in job["linear"] else 0
			for name in job["samplers"][i]:
				rect.material.set_shader_param(name, texture)
		if k == count - 1:
			scene.add_child(rect)
		else:
			images.append(viewport(scene, size, true))
			images[-1].add_child(rect)
	for k in range(count + 3):
		yield(get_tree(), "idle_frame")
	var shown = get_viewport().get_texture().get_data()
	shown.flip_y()
	shown.convert(Image.FORMAT_RGB8)
	shown.save_png("res://" + job["name"] + ".out.png")
	scene.free()

func picture(path, size):
	var image = Image.new()
	image.load("res://" + path)
	var texture = ImageTexture.new()
	texture.create_from_image(image, 0)
	var rect = TextureRect.new()
	rect.texture = texture
	rect.rect_size = size
	return rect

func full_rect(path, size):
	var rect = ColorRect.new()
	rect.rect_size = size
	rect.material = ShaderMaterial.new()
	rect.material.shader = load("res://" + path)
	return rect

func viewport(scene, size, half_floats):
	var one = Viewport.new()
	one.size = size
	# the usage 3D (the default) gives 8 bits a channel, and half floats with HDR in GLES3
	one.usage = Viewport.USAGE_3D
	one.hdr = half_floats
	one.render_target_v_flip = true
	one.render_target_update_mode = Viewport.UPDATE_ALWAYS
	scene.add_child(one)
	return one
