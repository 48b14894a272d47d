# A plugin intercepting user creation to add a custom tag
class MyPlugin:
    def __init__(self, context):
        self.events = context.get_service('events')
        self.users = context.get_service('users')
        self.events.on('user.creating', self.on_user_creating)

    def on_user_creating(self, user_data):
        print(f"A new user is being created: {user_data['username']}")
        user_data['tags'].append('my_plugin_tag')
        # The core function will now receive the modified user_data
