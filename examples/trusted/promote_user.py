class MyPlugin:
    def __init__(self, context):
        self.db = context.get_service('database')
        self.User = self.db.get_model('User')

    def promote_user_to_admin(self, username):
        # Directly finding and modifying a user record
        user = self.User.find_one({'username': username})
        if user:
            user.role = 'admin'
            user.save()
            print(f"User {username} has been promoted to admin by MyPlugin.")
